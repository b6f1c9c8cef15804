using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Records;

/// <summary>The state of a project, and the object that it was made from.</summary>
sealed record RecordView(ProjectSnapshot Snapshot, RecordHead Head);
