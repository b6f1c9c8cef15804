namespace PyRepo.Packaging.Requirements;

/// <summary>A side of a comparison: a variable's name or a literal's text.</summary>
readonly record struct MarkerOperand(string Text, bool IsVariable)
{
    public bool IsExtra => IsVariable && Text == "extra";

    public bool IsNameSet => IsVariable && Text is "extras" or "dependency_groups";

    /// <summary>The operand as a marker writes it; a literal has no both quotes, or could not be written.</summary>
    public override string ToString() =>
        IsVariable ? Text : Text.Contains('"', StringComparison.Ordinal) ? $"'{Text}'" : $"\"{Text}\"";
}
