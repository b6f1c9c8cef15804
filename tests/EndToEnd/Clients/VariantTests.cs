using EndToEnd.Proxying;
using EndToEnd.Serving;

namespace EndToEnd.Clients;

/// <summary>What clients that know nothing of variant wheels make of a page that has some.</summary>
public sealed class VariantTests(ITestOutputHelper output)
{
    const string List = """{ "variants": { "null": {}, "x86_64_v3": { "x86_64": { "level": [ "v3" ] } } } }""";

    static readonly TestWheel _ordinary = TestWheel.Module("foo", "1.0", "value = 'ordinary'");

    static readonly TestWheel _variant =
        TestWheel.Module("foo", "1.0", "value = 'variant'") with { Variant = "-x86_64_v3" };

    static readonly TestWheel _newer = TestWheel.Module("foo", "2.0", "value = 'newer'") with { Variant = "-null" };

    [ClientTheory]
    [ClientData("pip")]
    [ClientData("pip-22.3")]
    [ClientData("pip-19.3")]
    [ClientData("uv")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    public async Task The_ordinary_wheel_is_installed_from_the_repository_and_a_proxy(string client)
    {
        await using var upstream = await PyRepoServer.StartAsync(Manifest.Create("public"));
        await using var server = await PyRepoServer.StartAsync(
            ProxyManifest.Proxy("proxy", upstream.IndexOf("public")));
        try
        {
            TestWheel[] wheels = [_ordinary, _variant, _newer];
            foreach (var wheel in wheels)
                await upstream.MustTakeAsync("public", wheel);
            using var list = await TwineForm.SendAsync(upstream, "public", TwineForm.From("foo", "1.0", List));
            list.EnsureSuccessStatusCode();
            foreach (var index in (Uri[])[upstream.IndexOf("public"), server.IndexOf("proxy")])
            {
                using var installation = new FreshInstallation(client, index, "foo");
                Assert.Equal("ordinary", await installation.PrintAsync("import foo; print(foo.value)"));
            }
            foreach (var wheel in wheels)
                Assert.True(await server.ServesAsync("proxy", wheel));
            var page = (await ProjectPage.ReadAsync(server, "proxy", "foo"))!;
            Assert.Equal(List, await server.Http.GetStringAsync(page.Find("foo-1.0-variants.json")!.Url));
        }
        finally
        {
            server.ShowLog(output);
        }
    }
}
