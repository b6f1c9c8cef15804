namespace Bench.Clients;

/// <summary>
/// A wheel on disk, with what an upload says of it. Digests are hexadecimal; those that are null are not sent.
/// </summary>
sealed record Wheel(string Path, string Project, string Version, string Sha256, string? Md5, string? Blake2)
{
    public string FileName => System.IO.Path.GetFileName(Path);
}
