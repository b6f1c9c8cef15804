namespace PyRepo.Resources.Hosted;

/// <summary>Whether an upload may replace a file of the same name with different content.</summary>
public enum Overwrite
{
    Never,
    Always,
}
