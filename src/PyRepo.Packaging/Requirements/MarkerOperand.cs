namespace PyRepo.Packaging.Requirements;

/// <summary>A side of a comparison: the name of a variable, or the text of a literal.</summary>
readonly record struct MarkerOperand(string Text, bool IsVariable)
{
    public bool IsExtra => IsVariable && Text == "extra";

    public bool IsNameSet => IsVariable && Text is "extras" or "dependency_groups";

    /// <summary>Formats the operand as in a marker. A literal never contains both kinds of quotes.</summary>
    public override string ToString() =>
        IsVariable ? Text : Text.Contains('"', StringComparison.Ordinal) ? $"'{Text}'" : $"\"{Text}\"";
}
