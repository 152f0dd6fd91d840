import { ServiceError } from '../state/index.ts';

/** 400 `InvalidQueryParameterValue`; the service names the parameter and what it held. */
export function invalidQueryParameterValue(name: string, value: string, reason = ''): ServiceError {
  return new ServiceError(
    400,
    'InvalidQueryParameterValue',
    'Value for one of the query parameters specified in the request URI is invalid.',
    { fields: { QueryParameterName: name, QueryParameterValue: value, Reason: reason } },
  );
}

/** 400 `OutOfRangeQueryParameterValue`, with the bounds. */
export function outOfRangeQueryParameterValue(
  name: string,
  value: string,
  minimum: number,
  maximum: number,
): ServiceError {
  return new ServiceError(
    400,
    'OutOfRangeQueryParameterValue',
    'One of the query parameters specified in the request URI is outside the permissible range.',
    {
      fields: {
        QueryParameterName: name,
        QueryParameterValue: value,
        MinimumAllowed: String(minimum),
        MaximumAllowed: String(maximum),
      },
    },
  );
}

/** 400 `MissingRequiredQueryParameter`. */
export function missingRequiredQueryParameter(name: string): ServiceError {
  return new ServiceError(
    400,
    'MissingRequiredQueryParameter',
    'A query parameter that is mandatory for this request is not specified.',
    { fields: { QueryParameterName: name } },
  );
}

/** 400 `InvalidHeaderValue`. */
export function invalidHeaderValue(name: string, value: string): ServiceError {
  return new ServiceError(
    400,
    'InvalidHeaderValue',
    'The value for one of the HTTP headers is not in the correct format.',
    { fields: { HeaderName: name, HeaderValue: value } },
  );
}

/** 400 `MissingRequiredHeader`. */
export function missingRequiredHeader(name: string): ServiceError {
  return new ServiceError(
    400,
    'MissingRequiredHeader',
    'An HTTP header that is mandatory for this request is not specified.',
    { fields: { HeaderName: name } },
  );
}

/** 400 `UnsupportedHeader`. */
export function unsupportedHeader(name: string): ServiceError {
  return new ServiceError(
    400,
    'UnsupportedHeader',
    'One of the HTTP headers specified in the request is not supported.',
    { fields: { HeaderName: name } },
  );
}

/** 400 `InvalidUri`. */
export function invalidUri(): ServiceError {
  return new ServiceError(
    400,
    'InvalidUri',
    'The requested URI does not represent any resource on the server.',
  );
}

/** 405 `UnsupportedHttpVerb`. */
export function unsupportedHttpVerb(): ServiceError {
  return new ServiceError(
    405,
    'UnsupportedHttpVerb',
    "The resource doesn't support the specified HTTP verb.",
  );
}

/** 413 `RequestBodyTooLarge`, with the limit in bytes. */
export function requestBodyTooLarge(limit: number): ServiceError {
  return new ServiceError(
    413,
    'RequestBodyTooLarge',
    'The request body is too large and exceeds the maximum permissible limit.',
    { fields: { MaxLimit: String(limit) } },
  );
}

/** 411 `MissingContentLengthHeader`. */
export function missingContentLength(): ServiceError {
  return new ServiceError(411, 'MissingContentLengthHeader', 'Content-Length HTTP header is missing.');
}

/** 400 `InvalidXmlDocument`. */
export function invalidXmlDocument(): ServiceError {
  return new ServiceError(400, 'InvalidXmlDocument', 'XML specified is not syntactically valid.');
}

/** 400 `InvalidXmlNodeValue`. */
export function invalidXmlNodeValue(name: string, value: string): ServiceError {
  return new ServiceError(
    400,
    'InvalidXmlNodeValue',
    'The value for one of the XML nodes is not in the correct format.',
    { fields: { XmlNodeName: name, XmlNodeValue: value } },
  );
}

/** 400 `InvalidInput`. */
export function invalidInput(): ServiceError {
  return new ServiceError(400, 'InvalidInput', 'One of the request inputs is not valid.');
}

/** 400 `Md5Mismatch`, with both values in base64. */
export function md5Mismatch(given: string, computed: string): ServiceError {
  return new ServiceError(
    400,
    'Md5Mismatch',
    'The MD5 value specified in the request did not match with the MD5 value calculated by the server.',
    { fields: { UserSpecifiedMd5: given, ServerCalculatedMd5: computed } },
  );
}

/** 400 `Crc64Mismatch`, with both values in base64. */
export function crc64Mismatch(given: string, computed: string): ServiceError {
  return new ServiceError(
    400,
    'Crc64Mismatch',
    'The CRC64 value specified in the request did not match with the CRC64 value calculated by the server.',
    { fields: { UserSpecifiedCrc: given, ServerCalculatedCrc: computed } },
  );
}

/** 400 `ConditionHeadersNotSupported`. */
export function conditionHeadersNotSupported(): ServiceError {
  return new ServiceError(400, 'ConditionHeadersNotSupported', 'Condition headers are not supported.');
}

/** 412 `ConditionNotMet`. */
export function conditionNotMet(): ServiceError {
  return new ServiceError(
    412,
    'ConditionNotMet',
    'The condition specified using HTTP conditional header(s) is not met.',
  );
}

/** 503 `ServerBusy`. */
export function serverBusy(): ServiceError {
  return new ServiceError(503, 'ServerBusy', 'The server is busy.');
}
