using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace EndToEnd.Clients;

/// <summary>
/// What a Debian machine has of its own: its clients, and the wheels that it builds its virtual environments of.
/// </summary>
public sealed class DebianTests(ITestOutputHelper output)
{
    const string Repository = "debian";

    [Theory]
    [DebianWheelData("pip", "python3-pip-whl")]
    [DebianWheelData("setuptools", "python3-setuptools-whl")]
    [DebianWheelData("wheel", "python3-wheel-whl")]
    public async Task A_wheel_of_Debian_is_uploaded_by_its_twine_and_installed_by_its_pip(string project, string path)
    {
        await using var server = await PyRepoServer.StartAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: {{Repository}} }
            """);
        using var home = new ClientHome();
        (await home.RunAsync(
            "debian/twine", "upload", "--repository-url", $"{server.GetUrl(Repository)}",
            "-u", "publisher", "-p", server.GetPassword(Repository), path)).MustSucceed();
        var target = home.New("target");
        (await home.RunAsync(
            "debian/pip", "install", "--index-url", $"{server.IndexOf(Repository)}", "--target", target, project))
                .MustSucceed();
        var version = Path.GetFileName(path).Split('-')[1];
        Assert.Equal(
            version, await home.PythonAsync(target, $"import importlib.metadata as m; print(m.version('{project}'))"));
        server.ShowLog(output);
    }

    /// <summary>A wheel that a Debian package installs; skipped, with the line to type, where it is missing.</summary>
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    sealed class DebianWheelDataAttribute(string project, string package) : DataAttribute
    {
        const string Folder = "/usr/share/python-wheels";

        public string Project => project;

        public string Package => package;

        string? Path =>
            Directory.Exists(Folder) ? Directory.GetFiles(Folder, $"{project}-*.whl").FirstOrDefault() : null;

        string? Missing => Path is null
            ? $"{Folder}/{project}-*.whl is missing: apt-get install {package}."
            : PythonClients.MissingOfDebian("debian/twine", "twine")
                ?? PythonClients.MissingOfDebian("debian/pip", "python3-pip");

        public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
            MethodInfo testMethod, DisposalTracker disposalTracker) =>
            new([new TheoryDataRow(project, Path) { Skip = Missing }]);

        public override bool SupportsDiscoveryEnumeration() => true;
    }
}
