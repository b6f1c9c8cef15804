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

    readonly string _line;

    /// <param name="program">A server in a folder that has not been started yet.</param>
    /// <param name="wheels">A folder for the wheel to upload.</param>
    public MadeRecords(PyRepo program, string wheels)
    {
        using (var client = new UploadClient(program.Start()))
            client.Upload(new WheelMaker(wheels, seed: 1).Make(Seed, Version, payload: 1_000));
        program.Stop();
        _line = File.ReadAllText(program.RecordOf(Seed));
    }

    /// <summary>The record in a directory.</summary>
    public string Record(string project, int files) =>
        string.Concat(Enumerable.Range(1, files).Select(serial => Line(project, serial)));

    /// <summary>The objects in a bucket, by their keys.</summary>
    public IEnumerable<(string Key, string Text)> Objects(string project, int files)
    {
        var (own, first) = (new StringBuilder(), 1);
        var segments = new List<object>();
        for (var serial = 1; serial <= files; serial++)
        {
            var line = Line(project, serial);
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

    string Line(string project, int serial)
    {
        var digest = 0;
        var line = _line.Replace(Seed, project, StringComparison.Ordinal)
            .Replace(Seed.Replace('-', '_'), project.Replace('-', '_'), StringComparison.Ordinal)
            .Replace(Version, $"1.0.{serial}", StringComparison.Ordinal)
            .Replace("\"serial\":1,", $"\"serial\":{serial},", StringComparison.Ordinal);
        line = Digests().Replace(line, match => $"\"{Made(digest++)[..(match.Length - 2)]}\"");
        return Ids().Replace(line, match => match.Value[..12] + Made(0)[..15]);

        string Made(int number) => Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{project} {serial} {number}")));
    }

    [GeneratedRegex("\"[0-9a-f]{32,64}\"")]
    private static partial Regex Digests();

    [GeneratedRegex("@[0-9a-z]{26}")]
    private static partial Regex Ids();
}
