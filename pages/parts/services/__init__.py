"""What pages share across reruns and visitors: the only st.cache_* of NoiseLens."""
