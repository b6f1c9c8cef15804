namespace PyRepo.Packaging.Simple;

readonly record struct PageStatus(ProjectStatus Status, string? Reason);
