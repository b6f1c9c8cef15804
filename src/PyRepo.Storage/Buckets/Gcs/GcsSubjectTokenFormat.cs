namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>How a token is written.</summary>
/// <param name="Type"><c>json</c> or <c>text</c>.</param>
/// <param name="SubjectTokenFieldName">The member of the JSON that is the token.</param>
sealed record GcsSubjectTokenFormat(string? Type, string? SubjectTokenFieldName);
