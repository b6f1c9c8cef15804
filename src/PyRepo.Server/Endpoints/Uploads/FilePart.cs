namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>The file of the form: its part <c>content</c>.</summary>
/// <param name="FileName">The file's name as the client sent it.</param>
/// <param name="Body">The file's bytes. They must be read before the next part.</param>
readonly record struct FilePart(string FileName, Stream Body);
