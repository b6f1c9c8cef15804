namespace PyRepo.Server.Content.Descriptions;

/// <summary>A description as a page shows it.</summary>
/// <param name="Html">A <c>div</c> or a <c>pre</c> with the class <c>description</c>, or nothing if there is no text.
/// </param>
/// <param name="Note">A sentence that says why the text, or a part of it, is shown as it was written, or null.</param>
readonly record struct RenderedDescription(string Html, string? Note = null)
{
    /// <summary>The whole text would take too long.</summary>
    public const string TooLong = "This description is shown as text: it takes too long to render.";

    /// <summary>Tables are left as text.</summary>
    public const string TablesAsText = "Some tables of this description are shown as text: they are too large.";

    /// <summary>Paragraphs, headings or cells are left as text.</summary>
    public const string BlocksAsText =
        "Some paragraphs of this description are shown as text: they take too long to render.";
}
