namespace PyRepo.Codegen.Docs;

/// <summary>A field in the reference: its path, and the text after it.</summary>
sealed record ReferenceLine(string Path, string Text)
{
    /// <summary>The field at the top of the path, as <c>spec.access</c>.</summary>
    public string Top => string.Join('.', Path.Split('.', '[').Take(2));
}
