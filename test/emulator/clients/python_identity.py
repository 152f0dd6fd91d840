"""Calls of the Python SDK with tokens, one function each, run by identity.test.ts: NAME JSON-ARGUMENTS."""

import json
import sys
from datetime import datetime, timedelta, timezone

from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential, ManagedIdentityCredential
from azure.storage.fileshare import (
    FileSasPermissions,
    ShareFileClient,
    ShareSasPermissions,
    ShareServiceClient,
    generate_file_sas,
    generate_share_sas,
)


def service_of(account, credential, **options):
    return ShareServiceClient(
        account["httpsEndpoint"], credential=credential, token_intent="backup", retry_total=0, **options
    )


def code_of(call):
    try:
        call()
        return "succeeded"
    except HttpResponseError as error:
        code = getattr(error, "error_code", None)
        return f"{error.status_code} {getattr(code, 'value', code)}"


def managed_identity(source, client_id, **_):
    """Shares, files and permissions with a token of the managed-identity endpoint."""
    service = service_of(source, ManagedIdentityCredential(client_id=client_id))
    share = service.create_share("managed", metadata={"a": "1"})
    share.create_directory("d").upload_file("f", b"content")
    snapshot = share.create_snapshot()["snapshot"]
    key = share.create_permission_for_share("O:SYG:SYD:P(A;;FA;;;SY)")
    file = share.get_file_client("d/f")
    file.set_http_headers(file.get_file_properties().content_settings, permission_key=key)
    return {
        "shares": [[item.name, item.snapshot == snapshot] for item in service.list_shares("managed", include_snapshots=True)],
        "names": [item.name for item in share.list_directories_and_files("d")],
        "read": file.download_file().readall().decode(),
        "permission": share.get_permission_for_share(key),
    }


def client_secret(source, tenant, reader, secret, authority, **_):
    """A service principal that may read, whose authority is the emulator."""
    credential = ClientSecretCredential(
        tenant, reader, secret, authority=authority, disable_instance_discovery=True, retry_total=0
    )
    share = service_of(source, credential).get_share_client("managed")
    file = share.get_file_client("d/f")
    return {
        "read": file.download_file().readall().decode(),
        "errors": [
            code_of(file.delete_file),
            code_of(share.delete_share),
        ],
    }


def user_delegation(source, target, client_id, **_):
    """SAS made with a user delegation key, for reading and as the source of copies."""
    credential = ManagedIdentityCredential(client_id=client_id)
    service = service_of(source, credential)
    now = datetime.now(timezone.utc)
    expiry = now + timedelta(hours=1)
    key = service.get_user_delegation_key(start=now - timedelta(minutes=5), expiry=expiry)
    share_sas = generate_share_sas(
        "source", "managed", user_delegation_key=key, permission=ShareSasPermissions(read=True, list=True), expiry=expiry
    )
    file_sas = generate_file_sas(
        "source", "managed", ["d", "f"], user_delegation_key=key, permission=FileSasPermissions(read=True), expiry=expiry
    )

    def read(sas):
        return ShareFileClient(source["httpsEndpoint"], "managed", "d/f", credential=sas, retry_total=0)

    url = f"{source['httpsEndpoint']}/managed/d/f"
    copies = service_of(target, credential).create_share("copies")
    copies.get_file_client("whole").start_copy_from_url(f"{url}?{share_sas}")
    ranged = copies.get_file_client("ranged")
    ranged.create_file(7)
    ranged.upload_range_from_url(f"{url}?{file_sas}", 0, 7, 0)
    token = credential.get_token("https://storage.azure.com/.default").token
    by_token = copies.get_file_client("by token")
    by_token.create_file(7)
    by_token.upload_range_from_url(url, 0, 7, 0, source_authorization=f"Bearer {token}")
    return {
        "read": [read(sas).download_file().readall().decode() for sas in (share_sas, file_sas)],
        "copies": [copies.get_file_client(name).download_file().readall().decode() for name in ("whole", "ranged", "by token")],
        "errors": [code_of(read(share_sas).delete_file), code_of(read(file_sas[:-6] + "AAAA%3D").exists)],
    }


if __name__ == "__main__":
    answer = globals()[sys.argv[1]](**json.loads(sys.argv[2]))
    print(json.dumps(answer, default=str))
