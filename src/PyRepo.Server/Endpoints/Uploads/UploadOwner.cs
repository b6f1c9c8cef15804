namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>Whose an upload is.</summary>
/// <param name="Repository">The repository that it is sent to. The users of another one are others.</param>
/// <param name="Caller">The user's name, or the address of somebody without one.</param>
readonly record struct UploadOwner(string Repository, string Caller);
