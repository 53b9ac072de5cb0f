using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>How much a peer may have this node read and send for it: a bucket of answers and one of bytes, both filling steadily. A node that catches
/// up stays far below; one that asks for old blocks all day costs no more than this.</summary>
internal sealed class AnswerBudget(TimeProvider time)
{
    public const long AnswersPerSecond = 32;
    public const long MostAnswers = 64;
    public const long BytesPerSecond = 4 << 20;

    /// <summary>Three of the longest blocks.</summary>
    public const long MostBytes = 32 << 20;

    private const int MaxPeers = 1024;

    // Buckets count in thousandths, so that a millisecond is never lost.
    private const long Whole = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, Bucket> _buckets = [];

    /// <summary>One more answer may be made for this peer.</summary>
    public bool MayAnswer(PeerId peer)
    {
        lock (_lock)
        {
            Bucket bucket = BucketOf(peer);
            if (bucket.Answers < Whole || bucket.Bytes <= 0) return false;
            bucket.Answers -= Whole;
            return true;
        }
    }

    /// <summary>An answer of that length went out.</summary>
    public void Spend(PeerId peer, int bytes)
    {
        lock (_lock) BucketOf(peer).Bytes -= bytes * Whole;
    }

    private Bucket BucketOf(PeerId peer)
    {
        long now = time.GetTimestamp();
        if (!_buckets.TryGetValue(peer, out Bucket? bucket))
        {
            // Peers come and go; who was long silent has a full bucket anyway.
            if (_buckets.Count == MaxPeers) _buckets.Remove(_buckets.MinBy(b => b.Value.Filled).Key);
            _buckets.Add(peer, bucket = new Bucket { Filled = now });
        }

        long milliseconds = time.GetElapsedTime(bucket.Filled, now).Ticks / TimeSpan.TicksPerMillisecond;
        if (milliseconds == 0) return bucket;
        // After so long it is full in any case, and the products stay small.
        milliseconds = Math.Min(milliseconds, 60 * 60 * 1000);
        bucket.Answers = Math.Min(MostAnswers * Whole, bucket.Answers + (milliseconds * AnswersPerSecond));
        bucket.Bytes = Math.Min(MostBytes * Whole, bucket.Bytes + (milliseconds * BytesPerSecond));
        bucket.Filled = now;
        return bucket;
    }

    private sealed class Bucket
    {
        public long Answers { get; set; } = MostAnswers * Whole;

        public long Bytes { get; set; } = MostBytes * Whole;

        public long Filled { get; set; }
    }
}
