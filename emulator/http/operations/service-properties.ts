import type { FileServiceProperties } from '../../state/index.ts';
import { given } from '../given.ts';
import { invalidXmlNodeValue } from '../request-errors.ts';
import type { Service } from '../service.ts';
import type { ServiceRequest, ServiceResponse } from '../service-request.ts';
import { buildXml, child, children, childText, parseXml, type XmlNode } from '../xml.ts';
import { xmlResponse } from '../xml-response.ts';
import { accountOf } from './addressed.ts';

type Metrics = FileServiceProperties['hourMetrics'];
type RetentionPolicy = Metrics['retention'];
type CorsRule = FileServiceProperties['cors'][number];

/** rest/api/storageservices/get-file-service-properties */
export function getFileServiceProperties(request: ServiceRequest, service: Service): ServiceResponse {
  const { hourMetrics, minuteMetrics, cors, smbMultichannel } = accountOf(request, service).serviceProperties;
  const body = buildXml('StorageServiceProperties', {
    HourMetrics: metricsNode(hourMetrics),
    MinuteMetrics: metricsNode(minuteMetrics),
    Cors: cors.length === 0 ? '' : { CorsRule: cors.map(corsNode) },
    ProtocolSettings:
      smbMultichannel === undefined
        ? undefined
        : { SMB: { Multichannel: { Enabled: String(smbMultichannel) } } },
  });
  return xmlResponse(body);
}

/** rest/api/storageservices/set-file-service-properties; elements that are left out keep what is set */
export function setFileServiceProperties(request: ServiceRequest, service: Service): ServiceResponse {
  const account = accountOf(request, service);
  const root = parseXml(request.body, 'StorageServiceProperties');
  const before = account.serviceProperties;
  const cors = child(root, 'Cors');
  const multichannel = child(child(child(root, 'ProtocolSettings'), 'SMB'), 'Multichannel');
  account.serviceProperties = {
    ...before,
    hourMetrics: metricsOf(child(root, 'HourMetrics')) ?? before.hourMetrics,
    minuteMetrics: metricsOf(child(root, 'MinuteMetrics')) ?? before.minuteMetrics,
    cors: cors === undefined ? before.cors : children(cors, 'CorsRule').map(corsOf),
    ...given({ smbMultichannel: multichannel === undefined ? undefined : flag(multichannel, 'Enabled') }),
  } satisfies FileServiceProperties;
  return { status: 202, headers: {} };
}

function metricsNode(metrics: Metrics): XmlNode {
  return {
    Version: metrics.version,
    Enabled: String(metrics.enabled),
    IncludeAPIs: metrics.includeApis === undefined ? undefined : String(metrics.includeApis),
    RetentionPolicy: {
      Enabled: String(metrics.retention.enabled),
      Days: metrics.retention.days === undefined ? undefined : String(metrics.retention.days),
    },
  };
}

function metricsOf(node: XmlNode | undefined): Metrics | undefined {
  if (node === undefined) return undefined;
  const enabled = flag(node, 'Enabled') ?? false;
  return {
    version: childText(node, 'Version') ?? '1.0',
    enabled,
    retention: retentionOf(child(node, 'RetentionPolicy')),
    ...given({ includeApis: flag(node, 'IncludeAPIs') }),
  };
}

function retentionOf(node: XmlNode | undefined): RetentionPolicy {
  return { enabled: flag(node, 'Enabled') ?? false, ...given({ days: count(node, 'Days') }) };
}

function corsNode(rule: CorsRule): XmlNode {
  return {
    AllowedOrigins: rule.allowedOrigins,
    AllowedMethods: rule.allowedMethods,
    MaxAgeInSeconds: String(rule.maxAgeInSeconds),
    ExposedHeaders: rule.exposedHeaders,
    AllowedHeaders: rule.allowedHeaders,
  };
}

function corsOf(node: XmlNode): CorsRule {
  return {
    allowedOrigins: childText(node, 'AllowedOrigins') ?? '',
    allowedMethods: childText(node, 'AllowedMethods') ?? '',
    maxAgeInSeconds: count(node, 'MaxAgeInSeconds') ?? 0,
    exposedHeaders: childText(node, 'ExposedHeaders') ?? '',
    allowedHeaders: childText(node, 'AllowedHeaders') ?? '',
  };
}

function flag(node: XmlNode | undefined, name: string): boolean | undefined {
  const text = childText(node, name);
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw invalidXmlNodeValue(name, text);
  return lower === 'true';
}

function count(node: XmlNode | undefined, name: string): number | undefined {
  const text = childText(node, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalidXmlNodeValue(name, text);
  return Number(text);
}
