import { isOperationName, type OperationName } from '../auth/operations.ts';
import {
  isManagementOperation,
  type ManagementOperation,
} from '../resource-manager/management-operations.ts';

/** The name of an operation of the file service or of Resource Manager, as requests are counted by. */
export type RequestOperation = OperationName | ManagementOperation;

/** Whether `name` is an operation that this emulator knows. */
export function isRequestOperation(name: string): name is RequestOperation {
  return isOperationName(name) || isManagementOperation(name);
}
