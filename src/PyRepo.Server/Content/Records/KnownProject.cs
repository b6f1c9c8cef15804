using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Records;

/// <summary>The part of a project with a record that is always in memory.</summary>
/// <param name="Serial">The number of events, or 0 if the record has to be read to know it.</param>
/// <param name="IndexSerial">The serial of its last event, or 0 if the record was never read.</param>
/// <param name="Entry">Its entry in lists, or null if the record was never read.</param>
readonly record struct KnownProject(long Serial, long IndexSerial, CatalogEntry? Entry)
{
    /// <summary>Few projects have such bytes, so they are not in each.</summary>
    readonly KeptBytes? _kept;

    /// <summary>The bytes that are kept of its removed files.</summary>
    public KeptBytes Kept
    {
        get => _kept ?? KeptBytes.None;
        init => _kept = value == KeptBytes.None ? null : value;
    }
}
