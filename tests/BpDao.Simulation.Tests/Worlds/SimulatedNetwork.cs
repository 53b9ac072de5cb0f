using BpDao.Consensus.Por.Protocol;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>A message on its way.</summary>
internal readonly record struct Delivery(int From, int To, PorMessage Message, long Now, Random Random);

/// <summary>Decides when messages arrive, if at all.</summary>
internal abstract class SimulatedNetwork
{
    /// <summary>Adds arrival times after now in milliseconds; none when the message is lost.</summary>
    public abstract void Carry(in Delivery delivery, List<long> arrivals);

    /// <summary>From now on every message arrives soon, once.</summary>
    public virtual void Heal()
    {
    }

    public virtual void Repartition()
    {
    }
}

/// <summary>A network that a scenario writes down: milliseconds on the way, null for a loss.</summary>
internal sealed class DirectedNetwork(Func<Delivery, long?> route) : SimulatedNetwork
{
    private bool _isHealed;

    public override void Carry(in Delivery delivery, List<long> arrivals)
    {
        if (_isHealed) arrivals.Add(1 + delivery.Random.Next(20));
        else if (route(delivery) is { } delay) arrivals.Add(delay);
    }

    public override void Heal() => _isHealed = true;
}

/// <summary>Links that lose, delay, reorder and repeat, and partitions that come and go; all from one seed.</summary>
internal sealed class RandomNetwork : SimulatedNetwork
{
    private readonly Random _random;
    private readonly int _loss;
    private readonly int _longest;
    private int[] _side;
    private bool _isHealed;

    public RandomNetwork(Random random, int participants)
    {
        _random = random;
        _loss = random.Next(4) switch { 0 => 0, 1 => 3, 2 => 10, _ => 30 };
        _longest = random.Next(3) switch { 0 => 30, 1 => 300, _ => 2500 };
        _side = new int[participants];
    }

    public override void Carry(in Delivery delivery, List<long> arrivals)
    {
        if (!_isHealed && (_side[delivery.From] != _side[delivery.To] || _random.Next(100) < _loss)) return;
        arrivals.Add(Delay());
        if (!_isHealed && _random.Next(50) == 0) arrivals.Add(Delay());
    }

    /// <summary>Sometimes whole, sometimes in two parts, sometimes one alone.</summary>
    public override void Repartition()
    {
        int kind = _random.Next(4);
        int alone = _random.Next(_side.Length);
        for (int i = 0; i < _side.Length; i++) _side[i] = kind switch { 0 => _random.Next(2), 1 => i == alone ? 1 : 0, _ => 0 };
    }

    public override void Heal()
    {
        _isHealed = true;
        _side = new int[_side.Length];
    }

    // A heavy tail: most messages are quick, a few take as long as this network allows.
    private long Delay()
    {
        int longest = _isHealed ? 30 : _longest;
        return 1 + (_random.Next(8) == 0 ? _random.Next(longest) : _random.Next(Math.Min(longest, 20)));
    }
}
