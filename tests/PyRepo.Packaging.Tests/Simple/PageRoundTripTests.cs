using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

public sealed class PageRoundTripTests
{
    [Fact]
    public void A_page_round_trips_through_JSON() => Prop.ForAll(PageGenerator.JsonPages, page =>
    {
        var output = new ArrayBufferWriter<byte>();
        SimpleJson.Write(output, page);
        return AreEqual(page, Wait(SimpleJson.ReadProjectAsync(Stream(output))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_page_round_trips_through_HTML() => Prop.ForAll(PageGenerator.HtmlPages, page =>
    {
        var output = new ArrayBufferWriter<byte>();
        SimpleHtml.Write(output, page);
        return AreEqual(page, Wait(SimpleHtml.ReadProjectAsync(Stream(output))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_size_of_the_reads_does_not_matter() => Prop.ForAll(
        PageGenerator.HtmlPages, ArbMap.Default.ArbFor<PositiveInt>(), (page, step) =>
        {
            var html = new ArrayBufferWriter<byte>();
            SimpleHtml.Write(html, page);
            var json = new ArrayBufferWriter<byte>();
            SimpleJson.Write(json, page);
            var slowHtml = new TricklingStream(html.WrittenSpan.ToArray(), step.Get);
            var slowJson = new TricklingStream(json.WrittenSpan.ToArray(), step.Get);
            return AreEqual(page, Wait(SimpleHtml.ReadProjectAsync(slowHtml)))
                && AreEqual(page, Wait(SimpleJson.ReadProjectAsync(slowJson)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public async Task Lists_of_projects_are_read_as_they_were_written()
    {
        var list = new ProjectList
        {
            Projects = [new("Foo_Bar", 3), new("zope.interface"), new("<b>\"&'")],
            LastSerial = 7,
        };
        var json = new ArrayBufferWriter<byte>();
        SimpleJson.Write(json, list);
        var html = new ArrayBufferWriter<byte>();
        SimpleHtml.Write(html, list);
        var fromJson = await SimpleJson.ReadListAsync(Stream(json));
        var fromHtml = await SimpleHtml.ReadListAsync(Stream(html));
        Assert.Equal(list.Projects, fromJson.Projects);
        Assert.Equal(7, fromJson.LastSerial);
        Assert.Equal(list.Projects.Select(project => project.Name), fromHtml.Projects.Select(project => project.Name));
    }

    static bool AreEqual(ProjectDetail one, ProjectDetail other)
    {
        Assert.Equal(one.Files, other.Files);
        Assert.Equal(one.Versions, other.Versions);
        Assert.Equal(
            (one.Name, one.Status, one.StatusReason, one.LastSerial),
            (other.Name, other.Status, other.StatusReason, other.LastSerial));
        return true;
    }

    static MemoryStream Stream(ArrayBufferWriter<byte> output) => new(output.WrittenSpan.ToArray());

    static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>Gives few bytes at a time.</summary>
    sealed class TricklingStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(step, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(step, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
