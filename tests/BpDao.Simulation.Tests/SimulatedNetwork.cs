namespace BpDao.Simulation.Tests;

/// <summary>Links that lose, delay, reorder and repeat, and partitions that come and go; all from one seed.</summary>
internal sealed class SimulatedNetwork
{
    private readonly Random _random;
    private readonly int _loss;
    private readonly int _longest;
    private int[] _side;

    public SimulatedNetwork(Random random, int participants)
    {
        _random = random;
        _loss = random.Next(4) switch { 0 => 0, 1 => 3, 2 => 10, _ => 30 };
        _longest = random.Next(3) switch { 0 => 30, 1 => 300, _ => 2500 };
        _side = new int[participants];
    }

    public bool IsHealed { get; private set; }

    /// <summary>Arrival times after now in milliseconds; none when the message is lost.</summary>
    public IEnumerable<long> Carry(int from, int to)
    {
        if (!IsHealed && (_side[from] != _side[to] || _random.Next(100) < _loss)) yield break;
        yield return Delay();
        if (!IsHealed && _random.Next(50) == 0) yield return Delay();
    }

    /// <summary>Sometimes whole, sometimes in two parts, sometimes one alone.</summary>
    public void Repartition()
    {
        int kind = _random.Next(4);
        int alone = _random.Next(_side.Length);
        for (int i = 0; i < _side.Length; i++) _side[i] = kind switch { 0 => _random.Next(2), 1 => i == alone ? 1 : 0, _ => 0 };
    }

    public void Heal()
    {
        IsHealed = true;
        _side = new int[_side.Length];
    }

    // A heavy tail: most messages are quick, a few take as long as this network allows.
    private long Delay()
    {
        int longest = IsHealed ? 30 : _longest;
        return 1 + (_random.Next(8) == 0 ? _random.Next(longest) : _random.Next(Math.Min(longest, 20)));
    }
}
