namespace PyRepo.Server.Rendering;

/// <summary>The forms of a Simple API answer.</summary>
enum PageFormat
{
    /// <summary>None that the client takes.</summary>
    None,

    /// <summary><c>text/html</c>.</summary>
    TextHtml,

    /// <summary><c>application/vnd.pypi.simple.v1+html</c>.</summary>
    Html,

    /// <summary><c>application/vnd.pypi.simple.v1+json</c>.</summary>
    Json,
}
