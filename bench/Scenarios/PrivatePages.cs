using System.Text;
using Bench.Measuring;
using Bench.Servers;
using static Bench.Results;

namespace Bench.Scenarios;

/// <summary>
/// The pages of many projects in random order, of a repository that only a user with a password may read, next to one
/// that anyone may read. The password's hash is slow on purpose, so it must not be computed for each request.
/// </summary>
sealed class PrivatePages(BenchOptions options, Results results)
{
    const int Count = 2_000;

    /// <summary>
    /// The hash (sha512crypt, 5,000 rounds) and the password of the specification's first example
    /// (<see href="https://www.akkadia.org/drepper/SHA-crypt.txt">SHA-crypt</see>).
    /// </summary>
    public const string Hash =
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";

    public const string Login = "alice:Hello world!";

    const string Manifest = $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: bench }
        spec:
          access:
            usersSecretRef: { name: users }
            grants: [ { to: [ { user: alice } ], role: Reader } ]
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: users }
        stringData: { htpasswd: "alice:{{Hash}}" }

        """;

    public void Measure()
    {
        var projects = new ManyProjects(options, Count);
        using var openProgram = new PyRepo(options.Server, Path.Combine(options.Work, "open-pages"));
        projects.Fill(openProgram);
        var folder = Path.Combine(options.Work, "private-pages");
        using (var filling = new PyRepo(options.Server, folder))
            projects.Fill(filling);
        using var privateProgram = new PyRepo(options.Server, folder) { Declared = Manifest };

        var login = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Login))}";
        var open = GetLoad(openProgram, projects, ManyProjects.Headers);
        var closed = GetLoad(privateProgram, projects, [.. ManyProjects.Headers, login]);
        for (var round = 0; round < options.Rounds; round++)
        {
            open.Run(options.LoadTime);
            closed.Run(options.LoadTime);
        }
        var rate = Rounds.Ratio(closed.Rates, open.Rates);
        results.Add(new Result(
            "Pages with a password", $"{Text(Count)} projects of 10 files, HTTP Basic, sha512crypt", closed.Describe(),
            $"without a password {open.Describe()}", rate, " × the rate without", Aim.AtLeast(0.8),
            closed.DescribeSlowest())
        {
            Bar = Bar.OfRate("random pages with a password", "without", rate, 0.8),
        });
    }

    static PageLoad GetLoad(PyRepo program, ManyProjects projects, string[] headers)
    {
        var server = program.Start();
        var load = new PageLoad(server.Address, projects.PagesBelow(server.Pages), headers, server.Processes);
        load.AskForEach(ManyProjects.Check);
        load.WarmUp(BenchOptions.WarmUpTime);
        return load;
    }
}
