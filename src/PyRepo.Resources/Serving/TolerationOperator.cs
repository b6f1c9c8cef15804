namespace PyRepo.Resources.Serving;

/// <summary>How a toleration compares.</summary>
public enum TolerationOperator
{
    Equal,
    Exists,
}
