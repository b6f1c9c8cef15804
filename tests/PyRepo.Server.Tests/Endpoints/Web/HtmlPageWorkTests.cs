using System.Buffers;
using System.Text;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Endpoints.Web;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed class HtmlPageWorkTests
{
    [Fact]
    public async Task A_page_is_not_made_for_a_client_that_left()
    {
        var isMade = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HtmlPageWork.RunAsync(
            1, _ => Page(() => isMade = true), new CancellationToken(canceled: true)));
        Assert.False(isMade);
    }

    [Fact]
    public async Task A_request_does_not_end_while_its_page_is_made()
    {
        using var aborted = new CancellationTokenSource();
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var rendering = HtmlPageWork.RunAsync(
            1,
            _ =>
            {
                begun.SetResult();
                goOn.Task.Wait();
                return Page(() => { });
            },
            aborted.Token);
        await begun.Task;
        await aborted.CancelAsync();
        Assert.False(rendering.IsCompleted);
        goOn.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rendering);
    }

    static RenderedPage Page(Action write) => RenderedPage.Render(
        new PageContent("text/html", writer =>
        {
            write();
            writer.Write(Encoding.UTF8.GetBytes("x"));
        })
        {
            Length = 1,
        },
        gzip: false, new WorkBudget(TimeSpan.FromMinutes(1)));
}
