namespace PyRepo.Packaging.Simple;

readonly record struct PageMeta(string? ApiVersion, long? LastSerial);
