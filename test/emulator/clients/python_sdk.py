"""Calls of the Python SDK, one function each, run by python.test.ts: NAME JSON-ARGUMENTS, answer in JSON."""

import json
import sys
from datetime import datetime, timedelta, timezone

from azure.core.exceptions import HttpResponseError
from azure.storage.fileshare import (
    AccessPolicy,
    AccountSasPermissions,
    ContentSettings,
    FileSasPermissions,
    NTFSAttributes,
    ResourceTypes,
    ShareClient,
    ShareFileClient,
    ShareLeaseClient,
    ShareSasPermissions,
    ShareServiceClient,
    generate_account_sas,
    generate_file_sas,
    generate_share_sas,
)

TIME = "2021-03-04T05:06:07.1234567Z"
SDDL = "O:S-1-5-21-1-2-3-4G:S-1-5-21-1-2-3-513D:AI(A;;FA;;;SY)(A;;FA;;;BA)"


def service_of(account):
    return ShareServiceClient.from_connection_string(account["connectionString"], retry_total=0)


def code_of(call):
    try:
        call()
        return "succeeded"
    except HttpResponseError as error:
        code = getattr(error, "error_code", None)
        return f"{error.status_code} {getattr(code, 'value', code)}"


def content_of(size):
    return bytes(index % 251 for index in range(size))


def pending(hours=1):
    return datetime.now(timezone.utc) + timedelta(hours=hours)


def shares(source, **_):
    service = service_of(source)
    share = service.create_share("life", metadata={"owner": "me"}, quota=7, access_tier="Hot")
    before = share.get_share_properties()
    share.set_share_metadata({"a": "1"})
    share.set_share_quota(9)
    share.set_share_properties(access_tier="Cool")
    start, expiry = datetime(2026, 1, 1), datetime(2027, 1, 1)
    share.set_share_access_policy({"read": AccessPolicy(permission="r", start=start, expiry=expiry)})
    policy = share.get_share_access_policy()["signed_identifiers"][0]
    after = share.get_share_properties()
    listed = [[item.name, item.metadata, item.quota] for item in service.list_shares("li", include_metadata=True)]
    usage = share.get_share_stats()
    twice = code_of(share.create_share)
    share.delete_share()
    gone = code_of(share.get_share_properties)
    deleted = [item for item in service.list_shares("life", include_deleted=True) if item.deleted]
    service.undelete_share("life", deleted[0].version)
    return {
        "before": [before.quota, before.metadata, before.access_tier, before.lease.state, before.protocols],
        "after": [after.quota, after.metadata, after.access_tier],
        "policy": [policy.id, policy.access_policy.permission, policy.access_policy.expiry],
        "listed": listed,
        "usage": usage,
        "errors": [twice, gone],
        "restored": share.get_share_properties().quota,
    }


def service_properties(source, **_):
    service = service_of(source)
    service.set_service_properties(cors=[])
    read = service.get_service_properties()
    return {"cors": read["cors"], "metrics": read["hour_metrics"].enabled}


def snapshots(source, **_):
    service = service_of(source)
    share = service.create_share("snapped")
    share.get_file_client("f").upload_file(b"old")
    first = share.create_snapshot()["snapshot"]
    share.get_file_client("f").upload_file(b"new content")
    second = share.create_snapshot(metadata={"run": "2"})["snapshot"]
    old = service.get_share_client("snapped", snapshot=first)
    listed = [[i.snapshot, i.metadata] for i in service.list_shares("snapped", include_snapshots=True, include_metadata=True)]
    names = [item.name for item in old.list_directories_and_files()]
    lease = old.acquire_lease()
    leased = code_of(old.delete_share)
    lease.break_lease()
    old.delete_share()
    read = service.get_share_client("snapped", snapshot=second).get_file_client("f").download_file().readall()
    write = code_of(lambda: service.get_share_client("snapped", snapshot=second).create_directory("d"))
    held = code_of(share.delete_share)
    share.delete_share(delete_snapshots=True)
    return {
        "ids": [first, second],
        "listed": listed,
        "names": names,
        "read": read.decode(),
        "errors": [leased, write, held],
    }


def directories(source, **_):
    share = service_of(source).create_share("directories")
    parent = share.create_directory("Ordner ü", metadata={"a": "1"})
    child = parent.create_subdirectory("100%+ &=#")
    child.upload_file("f", b"x")
    parent.set_directory_metadata({"b": "2"})
    set_times = parent.set_http_headers(file_attributes="Hidden|Directory", file_last_write_time=TIME)
    properties = parent.get_directory_properties()
    full = code_of(parent.delete_directory)
    renamed = child.rename_directory("Ordner ü/moved 'here'")
    entries = [[e.name, e.is_directory, str(e.file_attributes)] for e in parent.list_directories_and_files(include=["timestamps", "Etag", "Attributes", "PermissionKey"])]
    renamed.delete_file("f")
    renamed.delete_directory()
    absent = [child.exists(), renamed.exists(), parent.exists()]
    lost = code_of(lambda: share.create_directory("no/parent"))
    return {
        "times": set_times["file_last_write_time"],
        "properties": [properties.metadata, str(properties.file_attributes), properties.is_directory],
        "entries": entries,
        "errors": [full, lost],
        "exists": absent,
    }


def files(source, **_):
    share = service_of(source).create_share("files")
    content = content_of(9 * 1024 * 1024 + 17)
    file = share.get_file_client("größe.bin")
    settings = ContentSettings(content_type="text/plain", content_language="de", cache_control="no-store")
    file.upload_file(
        content,
        max_concurrency=4,
        metadata={"k": "v"},
        content_settings=settings,
        file_attributes=NTFSAttributes(hidden=True, archive=True),
        file_creation_time=TIME,
        file_permission=SDDL,
        validate_content="md5",
    )
    whole = file.download_file(max_concurrency=4).readall()
    part = file.download_file(offset=1000, length=2000).readall()
    checked = file.download_file(validate_content=True).readall()
    properties = file.get_file_properties()
    file.set_file_metadata({"other": "x"})
    file.set_http_headers(ContentSettings(content_type="image/png"), file_last_write_time=TIME)
    changed = file.get_file_properties()
    file.resize_file(20)
    empty = share.get_file_client("empty")
    empty.upload_file(b"")
    one = share.get_file_client("one")
    one.create_file(11, data=b"hello world", file_property_semantics="Restore", file_permission=SDDL)
    made = one.download_file().readall().decode()
    moved = file.rename_file("moved.bin")
    taken = code_of(lambda: moved.rename_file("one"))
    over = moved.rename_file("one", overwrite=True)
    listed = [[e.name, e.size] for e in share.list_directories_and_files(name_starts_with="")]
    over.delete_file()
    return {
        "equal": [whole == content, part == content[1000:3000], checked == content],
        "size": properties.size,
        "properties": [properties.metadata, str(properties.file_attributes), properties.creation_time],
        "settings": [properties.content_settings.content_type, properties.content_settings.content_language],
        "changed": [changed.metadata, changed.content_settings.content_type, changed.content_settings.content_language],
        "empty": [empty.get_file_properties().size, empty.download_file().readall().decode()],
        "one": made,
        "errors": [taken, code_of(over.get_file_properties)],
        "listed": listed,
    }


def checksums(source, **_):
    share = service_of(source).create_share("checksums")
    content = content_of(5 * 1024 * 1024 + 3)
    file = share.get_file_client("f")
    file.upload_file(content, validate_content="crc64")
    wrong = code_of(lambda: file.upload_range(b"x" * 512, 0, 512, headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}))
    return {
        "crc64": file.download_file(validate_content="crc64").readall() == content,
        "md5": file.download_file(validate_content="md5").readall() == content,
        "wrong": wrong,
    }


def ranges(source, **_):
    share = service_of(source).create_share("ranges")
    file = share.get_file_client("f")
    file.create_file(4096)
    file.upload_range(b"a" * 1536, 0, 1536)
    file.clear_range(512, 512)
    written = file.get_ranges()
    snapshot = share.create_snapshot()["snapshot"]
    file.upload_range(b"b" * 512, 2048, 512)
    file.clear_range(0, 512)
    diff = file.get_ranges_diff(snapshot)
    paged = [[r.start, r.end, r.cleared] for r in file.list_ranges_diff(snapshot, results_per_page=1)]
    renamed = file.rename_file("g")
    lost = code_of(lambda: renamed.get_ranges_diff(snapshot))
    followed = renamed.get_ranges_diff(snapshot, include_renames=True)
    part = [[r.start, r.end] for r in renamed.list_ranges(offset=1024, length=600)]
    return {
        "written": written,
        "diff": diff,
        "paged": paged,
        "lost": lost,
        "followed": followed,
        "part": part,
        "past": code_of(lambda: renamed.upload_range(b"x", 4096, 1)),
    }


def copies(source, target, **_):
    here, there = service_of(source), service_of(target)
    origin, copy = here.create_share("origin"), there.create_share("copy")
    content = content_of(5000)
    file = origin.get_file_client("a b ü.bin")
    file.upload_file(content, metadata={"k": "v"}, file_last_write_time=TIME, file_permission=SDDL)
    file.set_http_headers(ContentSettings(content_type="text/plain"), file_attributes="ReadOnly", file_last_write_time=TIME)
    sas = generate_share_sas("source", "origin", source["key"], ShareSasPermissions(read=True), pending())
    same = origin.get_file_client("same")
    started = same.start_copy_from_url(file.url)
    other = copy.get_file_client("other")
    as_source = {
        "file_permission": "source",
        "file_attributes": "source",
        "file_creation_time": "source",
        "file_last_write_time": "source",
    }
    other.start_copy_from_url(f"{file.url}?{sas}", **as_source)
    refused = code_of(lambda: copy.get_file_client("refused").start_copy_from_url(file.url))
    fixed = code_of(lambda: other.start_copy_from_url(f"{file.url}?{sas}", **as_source))
    other.start_copy_from_url(f"{file.url}?{sas}", ignore_read_only=True, **as_source)
    snapshot = origin.create_snapshot()["snapshot"]
    file.set_http_headers(ContentSettings(), file_attributes="None")
    file.upload_file(b"changed")
    old = copy.get_file_client("old")
    old.start_copy_from_url(f"{file.url}?sharesnapshot={snapshot}&{sas}")
    ranged = copy.get_file_client("ranged")
    ranged.create_file(5000)
    ranged.upload_range_from_url(f"{file.url}?sharesnapshot={snapshot}&{sas}", 0, 5000, 0)
    properties = same.get_file_properties()
    return {
        "status": [started["copy_status"], properties.copy.status, properties.copy.progress],
        "metadata": properties.metadata,
        "old": old.download_file().readall() == content,
        "ranged": ranged.download_file().readall() == content,
        "errors": [refused, fixed, code_of(lambda: same.abort_copy(properties.copy.id))],
    }


def pending_copy(source, **_):
    share = service_of(source).create_share("pending")
    file = share.get_file_client("f")
    file.upload_file(b"content")
    copy = share.get_file_client("copy")
    started = copy.start_copy_from_url(file.url)
    busy = code_of(lambda: copy.start_copy_from_url(file.url))
    copy.abort_copy(started["copy_id"])
    properties = copy.get_file_properties()
    return {"status": [started["copy_status"], properties.copy.status], "size": properties.size, "busy": busy}


def permissions(source, **_):
    share = service_of(source).create_share("permissions")
    key = share.create_permission_for_share(SDDL)
    again = share.create_permission_for_share(SDDL)
    sddl = share.get_permission_for_share(key)
    binary = share.get_permission_for_share(key, file_permission_format="binary")
    made = share.get_file_client("f").create_file(1, permission_key=key)
    # Restore takes the descriptor as it is; a new file would add what it inherits.
    restore = {"file_permission_format": "binary", "file_property_semantics": "Restore"}
    from_binary = share.get_file_client("g").create_file(1, file_permission=binary, **restore)["file_permission_key"]
    directory = share.get_directory_client("d")
    directory.create_directory(file_permission=SDDL)
    return {
        "keys": [key == again, key == from_binary, made["file_permission_key"] == key],
        "directory": directory.get_directory_properties().permission_key == key,
        "sddl": sddl,
        "wrong": code_of(lambda: share.create_permission_for_share("nonsense")),
    }


def leases(source, **_):
    share = service_of(source).create_share("leases")
    lease = share.acquire_lease(lease_duration=15)
    first = lease.id
    second = code_of(lambda: share.acquire_lease(lease_duration=15))
    lease.renew()
    lease.change("11111111-2222-3333-4444-555555555555")
    state = share.get_share_properties().lease
    held = code_of(share.delete_share)
    lease.release()
    share.acquire_lease(lease_duration=60)
    left = ShareLeaseClient(share).break_lease(lease_break_period=5)
    file = share.get_file_client("f")
    file.create_file(10)
    file_lease = file.acquire_lease()
    locked = code_of(lambda: file.upload_range(b"x", 0, 1))
    file.upload_range(b"x", 0, 1, lease=file_lease)
    file_lease.change("11111111-2222-3333-4444-555555555555")
    leased = file.get_file_properties().lease
    file_lease.release()
    file.acquire_lease()
    ShareLeaseClient(file).break_lease()
    file.delete_file()
    return {
        "changed": lease.id != first,
        "state": [state.state, state.status, state.duration],
        "file": [leased.state, leased.duration],
        "left": left,
        "errors": [second, held, locked],
    }


def prepare_handles(source, **_):
    share = service_of(source).get_share_client("handles")
    share.create_directory("open").upload_file("f", b"x")
    return {}


def handles(source, **_):
    share = service_of(source).get_share_client("handles")
    directory = share.get_directory_client("open")
    listed = [[handle.path, handle.access_rights] for handle in directory.list_handles(recursive=True)]
    file = directory.get_file_client("f")
    locked = code_of(file.delete_file)
    on_file = len(list(file.list_handles()))
    one = file.close_handle(next(iter(file.list_handles())))
    rest = directory.close_all_handles(recursive=True)
    file.delete_file()
    return {"listed": [path for path, _ in listed], "on_file": on_file, "locked": locked, "one": one, "rest": rest}


def signatures(source, **_):
    account, key, endpoint = source["name"], source["key"], source["endpoint"]
    share = service_of(source).create_share("signatures")
    share.get_file_client("d f").upload_file(b"content")
    expiry = datetime.now() + timedelta(days=1)
    share.set_share_access_policy({"p": AccessPolicy(permission="rl", start=datetime(2020, 1, 1), expiry=expiry)})
    whole = generate_account_sas(account, key, ResourceTypes(service=True, container=True, object=True), AccountSasPermissions(read=True, list=True, write=True), pending())
    by_share = generate_share_sas(account, "signatures", key, ShareSasPermissions(read=True, list=True), pending())
    by_policy = generate_share_sas(account, "signatures", key, policy_id="p")
    by_file = generate_file_sas(account, "signatures", ["d f"], key, FileSasPermissions(read=True), pending(), content_type="text/css")
    old = generate_share_sas(account, "signatures", key, ShareSasPermissions(read=True), pending(-1))

    def read(sas):
        file = ShareFileClient(endpoint, "signatures", "d f", credential=sas, retry_total=0)
        return file.download_file().readall().decode()

    def names(sas):
        client = ShareClient(endpoint, "signatures", credential=sas, retry_total=0)
        return [item.name for item in client.list_directories_and_files()]

    css = ShareFileClient(endpoint, "signatures", "d f", credential=by_file).get_file_properties()
    return {
        "shares": "signatures" in [s.name for s in ShareServiceClient(endpoint, credential=whole).list_shares()],
        "read": [read(whole), read(by_share), read(by_policy), read(by_file)],
        "names": [names(whole), names(by_share), names(by_policy)],
        "type": css.content_settings.content_type,
        "errors": [
            code_of(lambda: names(by_file)),
            code_of(lambda: read(old)),
            code_of(lambda: read(by_share[:-6] + "AAAA%3D")),
            code_of(lambda: ShareFileClient(endpoint, "signatures", "d f", credential=by_share, retry_total=0).delete_file()),
        ],
    }


def batches(source, folder, **_):
    """What upload-batch and download-batch of a script come to: a tree up, and down again."""
    import os

    share = service_of(source).create_share("batches")
    for top, _directories, names in os.walk(os.path.join(folder, "up")):
        below = os.path.relpath(top, os.path.join(folder, "up"))
        if below != ".":
            share.create_directory(below)
        for name in names:
            with open(os.path.join(top, name), "rb") as data:
                share.get_file_client(os.path.normpath(os.path.join(below, name))).upload_file(data)

    def down(directory, into):
        os.makedirs(into, exist_ok=True)
        for entry in share.get_directory_client(directory).list_directories_and_files():
            path = f"{directory}/{entry.name}" if directory else entry.name
            if entry.is_directory:
                down(path, os.path.join(into, entry.name))
            else:
                with open(os.path.join(into, entry.name), "wb") as data:
                    share.get_file_client(path).download_file().readinto(data)

    down("", os.path.join(folder, "down"))
    return {}


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    print(json.dumps(answer, default=str))
