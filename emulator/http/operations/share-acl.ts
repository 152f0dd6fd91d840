import type { SignedIdentifier } from '../../state/index.ts';
import { given } from '../given.ts';
import { modifiedHeaders } from '../property-headers.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { buildXml, child, children, childText, parseXml, type XmlNode } from '../xml.ts';
import { xmlResponse } from '../xml-response.ts';
import { leaseCondition, shareOf } from './addressed.ts';

/** rest/api/storageservices/get-share-acl */
export function getShareAcl(request: ServiceRequest, service: Service): ServiceResponse {
  const share = shareOf(request, service);
  const identifiers = share.acl(leaseCondition(request));
  const document = buildXml(
    'SignedIdentifiers',
    identifiers.length === 0 ? '' : { SignedIdentifier: identifiers.map(identifierNode) },
  );
  return xmlResponse(document, modifiedHeaders(share.properties().modified));
}

/** rest/api/storageservices/set-share-acl */
export function setShareAcl(request: ServiceRequest, service: Service): ServiceResponse {
  const identifiers =
    request.body.length === 0
      ? []
      : children(parseXml(request.body, 'SignedIdentifiers'), 'SignedIdentifier').map(identifierOf);
  const properties = shareOf(request, service).setAcl(identifiers, leaseCondition(request));
  return { status: 200, headers: modifiedHeaders(properties.modified) };
}

function identifierNode(identifier: SignedIdentifier): XmlNode {
  const { start, expiry, permission } = identifier;
  return {
    Id: identifier.id,
    AccessPolicy:
      (start ?? expiry ?? permission) === undefined
        ? undefined
        : { Start: start, Expiry: expiry, Permission: permission },
  };
}

function identifierOf(node: XmlNode): SignedIdentifier {
  const policy = child(node, 'AccessPolicy');
  return {
    id: childText(node, 'Id') ?? '',
    ...given({
      start: textOrNone(policy, 'Start'),
      expiry: textOrNone(policy, 'Expiry'),
      permission: textOrNone(policy, 'Permission'),
    }),
  };
}

function textOrNone(node: XmlNode | undefined, name: string): string | undefined {
  const text = childText(node, name);
  return text === '' ? undefined : text;
}
