/** Codes that the database's own refusals get. */
export const codes = { unique: 'DF-530', foreignKey: 'DF-531', check: 'DF-533', closed: 'DF-501', ended: 'DF-540', failedBefore: 'DF-502' } as const;
