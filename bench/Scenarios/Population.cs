using Bench.Clients;
using Bench.Servers;

namespace Bench.Scenarios;

/// <summary>The files of the repository: one narrow project, one wide one, and others of 100 files each.</summary>
sealed class Population(BenchOptions options)
{
    public const string Narrow = "bench-narrow";
    public const string Wide = "bench-wide";
    public const int NarrowFiles = 10;
    public const int FilesInOthers = 100;

    /// <summary>One of the others.</summary>
    public const string Medium = "bench-other-0";

    const int Payload = 1_000;

    /// <summary>How many others there are.</summary>
    public static int GetOthers(BenchOptions options) =>
        (options.Files - NarrowFiles - options.WideProject) / FilesInOthers;

    public static string Other(int number) => $"bench-other-{number}";

    /// <summary>Uploads the two projects that other servers are asked for.</summary>
    public void UploadFew(IndexServer server)
    {
        Upload(server, Narrow, NarrowFiles);
        Upload(server, Medium, FilesInOthers);
    }

    /// <summary>Writes the same into a folder, with one below it for each project.</summary>
    public void SaveFew(string folder)
    {
        Save(folder, Narrow, NarrowFiles);
        Save(folder, Medium, FilesInOthers);
    }

    /// <summary>Uploads all.</summary>
    public void UploadAll(IndexServer server)
    {
        Upload(server, Narrow, NarrowFiles);
        Upload(server, Wide, options.WideProject);
        var others = GetOthers(options);
        const int clients = 4;
        Crowd.Run(clients, client =>
        {
            for (var n = client; n < others; n += clients)
                Upload(server, Other(n), FilesInOthers);
        });
    }

    void Upload(IndexServer server, string project, int files)
    {
        var folder = Path.Combine(options.Work, "population", server.Name, project);
        var maker = new WheelMaker(folder, options.Seed);
        using var client = new UploadClient(server);
        for (var n = 0; n < files; n++)
        {
            var wheel = maker.Make(project, $"1.0.{n}", Payload, withDigests: false);
            client.Upload(wheel);
            File.Delete(wheel.Path);
        }
    }

    void Save(string folder, string project, int files)
    {
        var maker = new WheelMaker(Path.Combine(folder, project), options.Seed);
        for (var n = 0; n < files; n++)
            maker.Make(project, $"1.0.{n}", Payload, withDigests: false);
    }
}
