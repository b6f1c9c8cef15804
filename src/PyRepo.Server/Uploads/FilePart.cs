namespace PyRepo.Server.Uploads;

/// <summary>A part of the form that is a file.</summary>
/// <param name="Field">The field's name; <c>content</c> for the distribution.</param>
/// <param name="FileName">The file's name as the client gave it.</param>
/// <param name="Body">Its bytes, to be read before the next part.</param>
readonly record struct FilePart(string Field, string FileName, Stream Body);
