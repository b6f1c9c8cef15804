using Bench.Clients;
using Bench.Servers;

namespace Bench.Scenarios;

/// <summary>The files of the repository: one narrow project, one wide one, and others of 100 files each.</summary>
sealed class Population(BenchOptions options)
{
    public const string Narrow = "bench-narrow";
    public const string Wide = "bench-wide";
    public const int NarrowFiles = 10;
    const int FilesInOthers = 100;
    const int Payload = 1_000;

    /// <summary>Uploads the two projects that are asked for.</summary>
    public void UploadMeasured(IndexServer server)
    {
        Upload(server, Narrow, NarrowFiles);
        Upload(server, Wide, options.WideProject);
    }

    /// <summary>Uploads all.</summary>
    public void UploadAll(IndexServer server)
    {
        UploadMeasured(server);
        var others = (options.Files - NarrowFiles - options.WideProject) / FilesInOthers;
        const int clients = 4;
        Crowd.Run(clients, client =>
        {
            for (var n = client; n < others; n += clients)
                Upload(server, $"bench-other-{n}", FilesInOthers);
        });
    }

    void Upload(IndexServer server, string project, int files)
    {
        var folder = Path.Combine(options.Work, "population", server.Name, project);
        var maker = new WheelMaker(folder, options.Seed);
        using var client = new UploadClient(server);
        for (var n = 0; n < files; n++)
        {
            var wheel = maker.Make(project, $"1.0.{n}", Payload, withBlake2: false);
            client.Upload(wheel);
            File.Delete(wheel.Path);
        }
    }
}
