using System.Text;
using Bench.Clients;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>
/// Downloads of small wheels by a user with a password, of a repository that writes down who downloads what, next to one
/// that does not.
/// </summary>
sealed class LoggedDownloads(BenchOptions options, Results results)
{
    const int Wheels = 200;

    /// <summary>The log may cost so much of the rate.</summary>
    const double Wanted = 0.95;

    public void Measure()
    {
        var maker = new WheelMaker(Path.Combine(options.Work, "logged"), options.Seed);
        Wheel[] wheels =
            [.. Enumerable.Range(0, Wheels).Select(n => maker.Make("bench-logged", $"1.0.{n}", 20_000))];
        using var plainProgram = GetProgram("plain-downloads", "suspend: false");
        using var loggedProgram = GetProgram("logged-downloads", "downloadLog: { keepFor: 90d }");
        var plain = GetLoad(plainProgram, wheels);
        var logged = GetLoad(loggedProgram, wheels);
        for (var round = 0; round < options.Rounds; round++)
        {
            plain.Run(options.LoadTime);
            logged.Run(options.LoadTime);
        }
        var rate = Rounds.Ratio(logged.Rates, plain.Rates);
        results.Add(new Result(
            "Download log", $"{Text(Wheels)} wheels of 20 kB, HTTP Basic", logged.Describe(),
            $"without the log {plain.Describe()}", rate, " × the rate without", Aim.AtLeast(Wanted),
            logged.DescribeSlowest())
        {
            Bar = Bar.OfRate("downloads with a log", "without", rate, Wanted),
        });
    }

    PyRepo GetProgram(string folder, string log) => new(options.Server, Path.Combine(options.Work, folder))
    {
        Declared = $$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: bench }
            spec:
              {{log}}
              access:
                usersSecretRef: { name: users }
                grants: [ { to: [ { user: alice } ], role: Maintainer } ]
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: users }
            stringData: { htpasswd: "alice:{{PrivatePages.Hash}}" }

            """,
    };

    static string GetPath(Wheel wheel) => $"/bench/packages/{wheel.Project}/{wheel.Sha256[..16]}/{wheel.FileName}";

    static PageLoad GetLoad(PyRepo program, IReadOnlyList<Wheel> wheels)
    {
        var server = program.Start() with { Login = PrivatePages.Login };
        using (var client = new UploadClient(server))
        {
            foreach (var wheel in wheels)
                client.Upload(wheel);
        }
        var login = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(PrivatePages.Login))}";
        var load = new PageLoad(
            server.Address, [.. wheels.Select(GetPath)], [login, "User-Agent: pip/26.3 {\"python\":\"3.12.1\"}"],
            server.Processes);
        load.AskForEach();
        load.WarmUp(BenchOptions.WarmUpTime);
        return load;
    }
}
