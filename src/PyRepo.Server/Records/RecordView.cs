using PyRepo.Server.Repositories;

namespace PyRepo.Server.Records;

/// <summary>The state of a project, and the object that it was made from.</summary>
sealed record RecordView(ProjectSnapshot Snapshot, RecordHead Head);
