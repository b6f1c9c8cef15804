namespace PyRepo.Resources.Hosted;

/// <summary>Whether other bytes may replace a file of the same name.</summary>
public enum Overwrite
{
    Never,
    Always,
}
