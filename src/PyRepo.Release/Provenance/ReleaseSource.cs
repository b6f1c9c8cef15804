namespace PyRepo.Release.Provenance;

/// <summary>From what a release is made.</summary>
/// <param name="Version">The version that is released.</param>
/// <param name="Commit">The commit's hash.</param>
/// <param name="Time">When it was committed; the release's files have this time.</param>
/// <param name="Builder">The URI of what ran the build: a workflow, or this project's own command on somebody's machine.</param>
/// <param name="Tools">The compilers and linkers, with their versions.</param>
/// <param name="Inputs">Files that went into the build from elsewhere.</param>
sealed record ReleaseSource(
    string Version, string Commit, DateTimeOffset Time, string Builder, string Tools, IReadOnlyList<BuildInput> Inputs);

/// <summary>A file that went into the build.</summary>
/// <param name="Uri">Its package URL.</param>
/// <param name="Algorithm">The digest's algorithm, as in-toto names it.</param>
/// <param name="Digest">Its digest in hexadecimal.</param>
sealed record BuildInput(string Uri, string Algorithm, string Digest)
{
    /// <summary>Reads lines of <c>URI ALGORITHM DIGEST</c>.</summary>
    public static IReadOnlyList<BuildInput> Read(string path) =>
    [
        .. File.ReadLines(path).Order(StringComparer.Ordinal).Distinct()
            .Select(line => line.Split(' ')).Select(parts => new BuildInput(parts[0], parts[1], parts[2])),
    ];
}
