using System.Reflection;
using PyRepo.Downloads;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Tests.Downloads;

public sealed class DownloadLineTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_request_for_a_part_is_told_by_the_end_of_its_line(bool isPart)
    {
        var caller = new DownloadCaller(CallerKind.Identity) { Name = "ci:\"part\":true}", Run = "42" };
        var download = LogFolder.Download("demo-1.0.tar.gz", caller) with { IsPart = isPart };
        Assert.Equal(isPart, DownloadLine.IsPart(DownloadLine.From(download, DateTimeOffset.UnixEpoch).ToBytes()));
    }

    /// <summary>A fact that is added to the caller alone would be lost without notice.</summary>
    [Fact]
    public void Everything_that_is_known_of_a_caller_is_in_lines_rows_and_csv()
    {
        var facts = typeof(DownloadCaller).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => property.Name).Where(name => name is not nameof(DownloadCaller.Kind)).ToList();
        Assert.Contains("Pod", facts);
        Assert.Subset(Names<DownloadLine>(), facts.ToHashSet());
        Assert.Subset(Names<CallerDownloads>(), facts.ToHashSet());
        Assert.Equal(
            Names<CallerDownloads>().Select(name => name.ToLowerInvariant()).Order(),
            DownloadsCsv.Write([]).TrimEnd().Split(',').Order());
    }

    [Fact]
    public void A_name_that_is_too_long_is_not_cut_within_a_letter()
    {
        var name = new string('a', DownloadLimits.MaxTextLength - 1);
        Assert.Equal(name, DownloadLine.Truncate($"{name}\U0001F40D"));
        Assert.Equal($"{name}b", DownloadLine.Truncate($"{name}bc"));
    }

    static HashSet<string> Names<T>() =>
        [.. typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)];
}
