import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { invalidXmlDocument } from './request-errors.ts';

/** An XML element's content: text, children by name (several of one name as an array), attributes as `@name`. */
export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] | undefined };

/** What starts every XML body of the service, after the byte order mark that is added when it is sent. */
export const XML_PROLOG = '<?xml version="1.0" encoding="utf-8"?>';

/**
 * The bytes of an XML document with the byte order mark that the service sends. The mark is no part of the
 * text because it would make a text of plain ASCII take two bytes per character.
 */
export function xmlBytes(document: string): Buffer {
  const bytes = Buffer.allocUnsafe(BYTE_ORDER_MARK.length + Buffer.byteLength(document));
  bytes.set(BYTE_ORDER_MARK);
  bytes.write(document, BYTE_ORDER_MARK.length);
  return bytes;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Writes a document of one root element as the service does. Names without a value are left out. */
export function buildXml(root: string, content: XmlNode): string {
  return XML_PROLOG + builder.build({ [root]: withoutUndefined(content) });
}

/**
 * Reads a request body into nested records of text. Throws 400 `InvalidXmlDocument` for what is not
 * well-formed, has another root, or declares a document type (entities could be defined there).
 */
export function parseXml(body: Buffer, root: string): XmlNode {
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  if (text.includes('<!DOCTYPE') || XMLValidator.validate(text) !== true) throw invalidXmlDocument();
  const document: unknown = parseOrThrow(text);
  if (!isRecord(document) || !(root in document)) throw invalidXmlDocument();
  return toNode(document[root]);
}

/** The child elements of that name, none, one or several. */
export function children(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  if (node === undefined || typeof node === 'string') return [];
  const child = node[name];
  if (child === undefined) return [];
  return isList(child) ? child : [child];
}

/** The first child element of that name. */
export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return children(node, name)[0];
}

/** The text of the first child element of that name; undefined when there is none. */
export function childText(node: XmlNode | undefined, name: string): string | undefined {
  const found = child(node, name);
  return found === undefined ? undefined : typeof found === 'string' ? found : '';
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: true, trimValues: true });

function parseOrThrow(text: string): unknown {
  try {
    return parser.parse(text);
  } catch {
    throw invalidXmlDocument();
  }
}

function toNode(value: unknown): XmlNode {
  if (!isRecord(value)) return value === undefined || value === null ? '' : String(value);
  const node: Record<string, XmlNode | XmlNode[]> = {};
  for (const [name, content] of Object.entries(value)) {
    node[name] = Array.isArray(content) ? content.map(toNode) : toNode(content);
  }
  return node;
}

function withoutUndefined(content: XmlNode): XmlNode {
  if (typeof content === 'string') return content;
  const kept: Record<string, XmlNode | readonly XmlNode[]> = {};
  for (const [name, value] of Object.entries(content)) {
    if (value === undefined) continue;
    kept[name] = isList(value) ? value.map(withoutUndefined) : withoutUndefined(value);
  }
  return kept;
}

function isList(value: XmlNode | readonly XmlNode[]): value is readonly XmlNode[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
