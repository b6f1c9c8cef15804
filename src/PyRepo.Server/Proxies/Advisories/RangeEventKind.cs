namespace PyRepo.Server.Proxies.Advisories;

/// <summary>What begins or ends at a version of a range
/// (<see href="https://ossf.github.io/osv-schema/#affectedrangesevents-fields">OSV, <c>events</c></see>).</summary>
enum RangeEventKind : byte
{
    /// <summary>This version and later ones are affected.</summary>
    Introduced,

    /// <summary>This version and later ones are not affected.</summary>
    Fixed,

    /// <summary>Later versions than this one are not affected.</summary>
    LastAffected,
}
