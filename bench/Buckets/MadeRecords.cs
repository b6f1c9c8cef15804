using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bench.Clients;
using Bench.Servers;

namespace Bench.Buckets;

/// <summary>
/// The records of projects whose files nobody asks for: the line that a real upload wrote, with
/// other names and digests.
/// </summary>
sealed partial class MadeRecords
{
    const string Seed = "bench-seed";
    const string Version = "7.7.7";

    /// <summary>From this length a record in a bucket is sealed into segments.</summary>
    const int MaxLength = 4 << 20;

    static readonly DateTimeOffset _firstUpload = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly string _line;

    /// <param name="program">A server in a folder that has not been started yet.</param>
    /// <param name="wheels">A folder for the wheel to upload.</param>
    public MadeRecords(PyRepo program, string wheels)
    {
        using (var client = new UploadClient(program.Start()))
            client.Upload(new WheelMaker(wheels, seed: 1).Make(Seed, Version, payload: 1_000));
        program.Stop();
        _line = File.ReadAllText(program.GetRecord(Seed));
    }

    /// <summary>The record in a directory.</summary>
    public string Record(string project, int files) => string.Concat(Releases(project, files));

    /// <summary>The lines of a record: a wheel of each release.</summary>
    public IEnumerable<string> Releases(string project, int count) =>
        Enumerable.Range(1, count).Select(serial => Line(project, serial));

    /// <summary>
    /// The lines of a record: those that it has, and more of wheels and sdists, as a project of many years has.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="files">How many lines the record has in the end.</param>
    /// <param name="there">The lines that it has.</param>
    public IEnumerable<string> Lines(string project, int files, IReadOnlyList<string> there) =>
        there.Concat(Enumerable.Range(there.Count + 1, files - there.Count).Select(serial => Varied(project, serial)));

    /// <summary>The objects in a bucket, by their keys.</summary>
    public IEnumerable<(string Key, string Text)> Objects(string project, int files) =>
        Objects(project, Releases(project, files));

    /// <summary>The objects in a bucket that have some lines, by their keys.</summary>
    public static IEnumerable<(string Key, string Text)> Objects(string project, IEnumerable<string> lines)
    {
        var (own, first, serial) = (new StringBuilder(), 1, 0);
        var segments = new List<object>();
        foreach (var line in lines)
        {
            serial++;
            if (own.Length + line.Length > MaxLength)
            {
                var key = $"projects/{project}/{first}-{serial - 1}.jsonl";
                segments.Add(new { key, events = serial - first });
                yield return (key, own.ToString());
                own.Clear();
                first = serial;
            }
            own.Append(line);
        }
        var head = segments.Count == 0 ? "" : JsonSerializer.Serialize(new { @sealed = segments }) + "\n";
        yield return ($"projects/{project}.jsonl", head + own);
    }

    /// <summary>Each second one is of the sdist of the same version, and has no metadata of its own.</summary>
    string Varied(string project, int serial)
    {
        var line = Line(project, serial, (serial + 1) / 2);
        line = Times().Replace(line, $"\"at\":\"{_firstUpload.AddMinutes(serial):O}\"", 1);
        return serial % 2 == 1 ? line
            : CoreMetadata().Replace(line.Replace("-py3-none-any.whl", ".tar.gz", StringComparison.Ordinal), "");
    }

    string Line(string project, int serial) => Line(project, serial, serial);

    string Line(string project, int serial, int patch)
    {
        var digest = 0;
        var line = _line.Replace(Seed, project, StringComparison.Ordinal)
            .Replace(Seed.Replace('-', '_'), project.Replace('-', '_'), StringComparison.Ordinal)
            .Replace(Version, $"1.0.{patch}", StringComparison.Ordinal)
            .Replace("\"serial\":1,", $"\"serial\":{serial},", StringComparison.Ordinal);
        line = Digests().Replace(line, match => $"\"{Made(digest++)[..(match.Length - 2)]}\"");
        return Ids().Replace(line, match => match.Value[..12] + Made(0)[..15]);

        string Made(int number) => Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{project} {serial} {number}")));
    }

    [GeneratedRegex("\"[0-9a-f]{32,64}\"")]
    private static partial Regex Digests();

    [GeneratedRegex("\"at\":\"[^\"]+\"")]
    private static partial Regex Times();

    [GeneratedRegex("\"core-metadata\":\"[^\"]+\",")]
    private static partial Regex CoreMetadata();

    [GeneratedRegex("@[0-9a-z]{26}")]
    private static partial Regex Ids();
}
