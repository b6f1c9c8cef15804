namespace PyRepo.Server.Uploads;

/// <summary>A file part of the form.</summary>
/// <param name="Field">The field's name. It is <c>content</c> for the distribution.</param>
/// <param name="FileName">The file's name as the client sent it.</param>
/// <param name="Body">The file's bytes. They must be read before the next part.</param>
readonly record struct FilePart(string Field, string FileName, Stream Body);
