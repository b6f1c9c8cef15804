using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Requirements;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Tests;

/// <summary>Whatever comes from outside ends in an answer or in the documented exception.</summary>
public sealed class HostileInputTests
{
    static readonly Arbitrary<string> _texts = Gen.Elements(
            "a", "foo", "-", "_", ".", "1", "1.0", "999999999999999999999", "!", "+", "==", "===", ">=", "~=", ".*",
            ",",
            ";", "[", "]", "(", ")", "@", " ", "\t", "\n", "\r", "\0", "'", "\"", "\\x4", "\\", "python_version",
            "extra",
            "in", "not", "and", "or", ".whl", ".tar.gz", ".egg", ".exe", "-py3-none-any", "\u00e9", "\u0661", "\ud800",
            "<", ">", "<a href=", "</a>", "<!--", "-->", "&#x110000;", "&amp", "=", "/", ":", "{", "}", "\"files\":[",
            "null",
            "{\"url\":", "\"\\ud800\"", "<title>", "</title", "<base href='//x'>", "Name: ", "From ")
        .ArrayOf().Select(string.Concat).ToArbitrary();

    [Fact]
    public void No_text_breaks_a_reader() => Prop.ForAll(_texts, text =>
    {
        if (PythonVersion.TryParse(text, out var version))
            Assert.Equal(version, PythonVersion.Parse(version.Canonical));
        if (SpecifierSet.TryParse(text, out var set))
            Assert.Equal(set, SpecifierSet.Parse(set.ToString()));
        // The normal form of a marker, as packaging writes it, has no escapes.
        var hasEscapes = text.Contains('\\', StringComparison.Ordinal);
        if (Requirement.TryParse(text, out var requirement) && !hasEscapes)
            Assert.Equal(requirement, Requirement.Parse(requirement.ToString()));
        if (Marker.TryParse(text, out var marker) && !hasEscapes)
            Assert.Equal(marker, Marker.Parse(marker.ToString()));
        if (DistributionFileName.TryParse(text, out var name))
            Assert.True(DistributionFileName.TryParse(text, name.Project, out _));
        if (WheelFileName.TryParse(text, out var wheel))
            Assert.NotEmpty(wheel.ExpandTags());
        PathSegment.Encode(text);
        ProjectName.Normalize(text);
        CoreMetadata.Parse(Encoding.UTF8.GetBytes(text)).Problems();
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void No_page_breaks_its_reader() => Prop.ForAll(_texts, text =>
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Finishes(SimpleHtml.ReadProjectAsync(new MemoryStream(bytes), new Uri("https://example.org/simple/foo/")));
        Finishes(SimpleHtml.ReadListAsync(new MemoryStream(bytes)));
        Finishes(SimpleJson.ReadProjectAsync(new MemoryStream(bytes)));
        Finishes(SimpleJson.ReadProjectAsync(new MemoryStream([.. "{\"files\":["u8, .. bytes, .. "]}"u8])));
        Finishes(SimpleJson.ReadListAsync(new MemoryStream(bytes)));
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Nested_brackets_do_not_exhaust_the_stack()
    {
        Assert.False(Marker.TryParse(new string('(', 100_000) + "os_name == 'x'", out _));
        Assert.True(Marker.TryParse("((os_name == 'x'))", out var marker));
        Assert.Equal("os_name == \"x\"", marker.ToString());
    }

    static void Finishes(Task task)
    {
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (PageFormatException problem)
        {
            Assert.NotEmpty(problem.Message);
        }
    }
}
