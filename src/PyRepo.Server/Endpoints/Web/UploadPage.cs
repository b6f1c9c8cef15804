using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>upload/</c>: a form for files. It sends them as twine does, so that the same rules apply.</summary>
sealed class UploadPage(UploadEndpoint uploads, RequestBodyDrain drain, ILogger<UploadPage> logger)
{
    /// <summary>Sends the form to whoever may upload something.</summary>
    /// <exception cref="RejectedException">401, 403, or 405 if the repository takes no uploads.</exception>
    public static async Task ShowAsync(RepositoryRequest request)
    {
        var page = await PageContext.CreateAsync(request);
        RequireUploads(page);
        page.Access.Require(AccessAction.Upload, null, request.Repository.UploadsThrough);
        await SendAsync(page, problem: null, StatusCodes.Status200OK);
    }

    /// <summary>Receives the form, and says what became of the file.</summary>
    public async Task ReceiveAsync(RepositoryRequest request)
    {
        // The script of the page reads the answer that twine gets.
        if (RequestModes.Of(request.Context.Request) is not RequestMode.Navigation)
        {
            await uploads.ReceiveAsync(request, logger);
            return;
        }
        var page = await PageContext.CreateAsync(request);
        RequireUploads(page);
        try
        {
            // The answer of a group's member on another server is passed on.
            if (await uploads.ReceiveAsync(request, logger))
                return;
        }
        catch (Exception error) when (
            error is RejectedException && ErrorResponse.From(error) is var (status, message)
            && status is < 500 and not 401)
        {
            // The form says what is wrong with the upload. A sign-in (401) and the server's own faults are answered
            // elsewhere, where faults are logged.
            await drain.DiscardAsync(request.Context, 2 * request.Repository.MaxFileSize.Bytes);
            await SendAsync(page, message, status);
            return;
        }
        request.Context.Response.Clear();
        new PageMessage("The file is uploaded.").Redirect(request, "upload/");
    }

    static void RequireUploads(PageContext page)
    {
        if (!page.TakesUploads)
        {
            throw new RejectedException(
                RejectionReason.NotAllowed, $"'{page.Request.Repository.Name}' does not accept uploads.")
            {
                Allow = "",
            };
        }
    }

    static Task SendAsync(PageContext page, string? problem, int status) => HtmlPage.SendAsync(
        page, "Upload", () => Html.From($"""
            <h1>Upload</h1>
            <div id="outcome" aria-live="polite">{Notices.Problem(problem)}</div>
            <form id="upload" method="post" enctype="multipart/form-data" action="{page.Root}upload/" class="stacked">
            <input type="hidden" name=":action" value="file_upload">
            <input type="hidden" name="names_from" value="file">
            <label class="drop">Choose wheels and source distributions, or drop them here
            <input type="file" name="content" accept=".whl,.gz,.zip,.json" required></label>
            <button>Upload files</button>
            </form>
            <ul id="uploads" class="health" aria-live="polite"></ul>
            <p>The same rules apply as to twine and uv. A file must have the name that a build backend gives
            it, and at most {PageText.Size(page.Request.Repository.MaxFileSize.Bytes)}.</p>
            """),
        status);
}
