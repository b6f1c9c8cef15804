using PyRepo.Server.Content.Statistics;

namespace PyRepo.Server.Tests.Content.Statistics;

public sealed class UserAgentTests
{
    const string Linehaul = """
        {"ci":null,"cpu":"x86_64","distro":{"id":"bookworm","name":"Debian GNU/Linux","version":"12"},"implementation":{"name":"CPython","version":"3.11.7"},"installer":{"name":"pip","version":"26.3"},"openssl_version":"OpenSSL 3.0.19 27 Jan 2026","python":"3.11.7","setuptools_version":"65.5.0","system":{"name":"Linux","release":"6.18.44"}}
        """;

    const string LinehaulOfUv = """
        {"installer":{"name":"uv","version":"0.13.8","subcommand":["pip","install"]},"python":"3.13.2","implementation":{"name":"CPython","version":"3.13.2"},"system":{"name":"Linux","release":"6.18.44"},"cpu":"x86_64","ci":null}
        """;

    [Theory]
    [InlineData($"pip/26.3 {Linehaul}", "pip", "3.11")]
    [InlineData($"pip/19.3.1 {Linehaul}", "pip", "3.11")]
    [InlineData("""pip/20.3.4 {"installer":{"name":"pip","version":"20.3.4"},"python":"2.7.18"}""", "pip", "2.7")]
    [InlineData("""pip/25.0 {"implementation":{"name":"PyPy","version":"7.3.17"},"python":"3.10.14"}""", "pip", "3.10")]
    [InlineData("""pip/26.3 {"python":"3.15.0a1"}""", "pip", "3.15")]
    [InlineData("pip/1.4 CPython/2.7.3 Linux/3.2.0", "pip", "2.7")]
    [InlineData($"uv/0.13.8 {LinehaulOfUv}", "uv", "3.13")]
    [InlineData("uv/0.1.6", "uv", null)]
    [InlineData("uv", "uv", null)]
    [InlineData("poetry/2.5.1 CPython/3.12.1 Linux/6.1.0", "poetry", "3.12")]
    [InlineData("poetry/2.5.1 PyPy/7.3.11 Linux/6.1.0", "poetry", null)]
    [InlineData("pdm/2.29.3 CPython/3.14.0 Linux/6.1.0", "pdm", "3.14")]
    [InlineData("""Hatch/1.18.2 {"installer":{"name":"hatch"},"python":"3.9.1"} HTTPX2/2.0""", "hatch", "3.9")]
    [InlineData("twine/7.0.0 requests/2.34.2 keyring/25 CPython/3.11.2", "twine", "3.11")]
    [InlineData("setuptools/69.0 Python-urllib/3.11", "setuptools", "3.11")]
    [InlineData("python-requests/2.34.2", "requests", null)]
    [InlineData("Python-urllib/3.11", "other", "3.11")]
    [InlineData("curl/8.5.0", "curl", null)]
    [InlineData("Wget/1.21", "wget", null)]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "browser", null)]
    [InlineData("pyrepo/1.0", "pyrepo", null)]
    [InlineData("pyrepo/1.0 (uv; python 3.12)", "uv", "3.12")]
    [InlineData("pyrepo/1.0 (pip)", "pip", null)]
    public void A_client_is_recognized_by_its_User_Agent(string userAgent, string installer, string? python) =>
        Assert.Equal(new DownloadClient(installer, python), UserAgent.Parse(userAgent));

    [Theory]
    [InlineData("", "other")]
    [InlineData(" ", "other")]
    [InlineData("/", "other")]
    [InlineData("alice@example.com/1.0", "other")]
    [InlineData("pip2/1.0", "other")]
    [InlineData("pip/26.3 {", "pip")]
    [InlineData("pip/26.3 {\"python\"", "pip")]
    [InlineData("pip/26.3 {\"python\":3.11}", "pip")]
    [InlineData("pip/26.3 {\"python\":null}", "pip")]
    [InlineData("pip/26.3 {\"python\":[\"3.11\"]}", "pip")]
    [InlineData("pip/26.3 {\"a\":{\"python\":\"3.11\"}}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"\\ud800\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"3\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"3.\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"3.100\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"3.01\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"4.0\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"2.6\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"2.71\"}", "pip")]
    [InlineData("pip/26.3 {\"python\":\"٣.١١\"}", "pip")]
    [InlineData("pip/26.3 [[[[", "pip")]
    [InlineData("pyrepo/1.0 (alice)", "pyrepo")]
    [InlineData("pyrepo/1.0 (", "pyrepo")]
    [InlineData("pyrepo/1.0 ()", "pyrepo")]
    [InlineData("pyrepo/1.0 (; python 3.11)", "pyrepo")]
    public void Nothing_is_kept_of_an_unknown_User_Agent(string userAgent, string installer) =>
        Assert.Equal(new DownloadClient(installer, null), UserAgent.Parse(userAgent));

    [Fact]
    public void Only_the_beginning_of_a_long_User_Agent_is_read()
    {
        var padding = new string('x', 1_000_000);
        Assert.Equal(
            new("pip", "3.11"), DownloadClients.From($$"""pip/1 {"python":"3.11.1","user_data":"{{padding}}"}"""));
        Assert.Equal(new("pip", null), DownloadClients.From($$"""pip/1 {"a":"{{padding}}","python":"3.11.1"}"""));
        Assert.Equal(DownloadClient.Unknown, DownloadClients.From(padding));
    }

    [Fact]
    public void Ever_changing_User_Agents_do_not_displace_others()
    {
        for (var i = 0; i < 5000; i++)
            Assert.Equal("other", DownloadClients.From($"hostile-{i}").Installer);
        var client = DownloadClients.From($"uv/0.13.8 {LinehaulOfUv}");
        Assert.Equal(new("uv", "3.13"), client);
        Assert.Same(client, DownloadClients.From($"uv/0.13.8 {LinehaulOfUv}"));
    }

    [Theory]
    [InlineData("pip", "3.11")]
    [InlineData("browser", null)]
    [InlineData("other", null)]
    public void A_member_on_another_server_understands_the_User_Agent_of_the_group(string installer, string? python)
    {
        var client = new DownloadClient(installer, python);
        Assert.Equal(client, UserAgent.Parse($"pyrepo/1.0 {UserAgent.GetComment(client)}"));
    }
}
