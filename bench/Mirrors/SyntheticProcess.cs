using System.Globalization;
using Bench.Clients;
using Bench.Servers;

namespace Bench.Mirrors;

/// <summary>The synthetic index in a process of its own, which can be made larger on its port.</summary>
sealed class SyntheticProcess : IDisposable
{
    readonly int _port = IndexServer.FreePort();
    ChildProcess? _process;

    /// <summary>Its Simple API.</summary>
    public Uri Index => new($"http://127.0.0.1:{_port}/simple/");

    /// <summary>Starts it with so many projects, in place of the one that runs.</summary>
    public void Start(int projects)
    {
        Dispose();
        _process = ChildProcess.Start(
            Environment.ProcessPath!, ["synthetic", $"{_port}", $"{projects}"], ["Listening on "]);
        _process.LineAfter("Listening on ");
    }

    /// <summary>Changes one project of a hundred: each gets a file more.</summary>
    public void Change() => Get("/change");

    /// <summary>How often it was asked for lists, pages and files since it started.</summary>
    public (int Lists, int Pages, int Files) Count()
    {
        var counts = Get("/counts").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(kind => kind[0], kind => int.Parse(kind[1], CultureInfo.InvariantCulture));
        return (
            counts.GetValueOrDefault("list"), counts.GetValueOrDefault("page"), counts.GetValueOrDefault("file"));
    }

    public void Dispose()
    {
        _process?.Dispose();
        _process = null;
    }

    string Get(string path)
    {
        using var connection = new HttpConnection(Index);
        return connection.Get(path).MustSucceed($"the synthetic index, {path}").Text;
    }
}
