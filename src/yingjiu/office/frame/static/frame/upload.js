// placeholder until the upload addresses exist
export function startUploads() {}
