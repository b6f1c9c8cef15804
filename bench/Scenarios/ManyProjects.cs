using System.IO.Compression;
using Bench.Clients;
using Bench.Servers;

namespace Bench.Scenarios;

/// <summary>
/// A repository of many projects of 10 files. One project is uploaded, and its record copied for the others, under
/// names of the same length: nobody asks for their bytes.
/// </summary>
sealed class ManyProjects(BenchOptions options, int count)
{
    public const int Files = 10;
    const int Payload = 1_000;

    /// <summary>What pip sends.</summary>
    public static string[] Headers { get; } =
    [
        "Accept: application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01",
        "Accept-Encoding: gzip",
    ];

    public IReadOnlyList<string> Names { get; } = [.. Enumerable.Range(0, count).Select(GetName)];

    /// <summary>Fills a repository whose server has not been started yet, or was stopped.</summary>
    public void Fill(PyRepo program)
    {
        var server = program.Start();
        var maker = new WheelMaker(Path.Combine(options.Work, "many"), options.Seed);
        using (var client = new UploadClient(server))
        {
            for (var n = 0; n < Files; n++)
                client.Upload(maker.Make(Names[0], $"1.0.{n}", Payload, withDigests: false));
        }

        program.Stop();
        var record = File.ReadAllText(program.GetRecord(Names[0]));
        foreach (var name in Names.Skip(1))
        {
            File.WriteAllText(program.GetRecord(name), record
                .Replace(Names[0], name, StringComparison.Ordinal)
                .Replace(Names[0].Replace('-', '_'), name.Replace('-', '_'), StringComparison.Ordinal));
        }
    }

    /// <summary>The paths of the pages, below that of the list.</summary>
    public IReadOnlyList<string> PagesBelow(string list) => [.. Names.Select(name => $"{list}{name}/")];

    /// <summary>Checks a page: it is compressed JSON, of the right project, and lists its files.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static void Check(string target, HttpAnswer page)
    {
        if (page.Headers.GetValueOrDefault("content-encoding") != "gzip")
            throw new InvalidOperationException($"{target} is not compressed.");
        using var gzip = new GZipStream(new MemoryStream(page.Body), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        var text = reader.ReadToEnd();
        var name = target.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1]
            .Replace(".json", "", StringComparison.Ordinal);
        if (!text.Contains($"\"name\":\"{name}\"", StringComparison.Ordinal)
            || text.Split("\"filename\":").Length != Files + 1)
        {
            throw new InvalidOperationException($"{target} is not the page of {name} with {Files} files: {text}");
        }
    }

    static string GetName(int number) => $"bench-many-{number:D6}";
}
