namespace BpDao.State;

/// <summary>The database contradicts itself: something that the state refers to is missing or unreadable. The node must stop.</summary>
public sealed class StateCorruptException(string message) : InvalidOperationException(message);
