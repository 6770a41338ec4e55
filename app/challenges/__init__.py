"""揭榜挂帅: common key needs become projects, from the candidate to the review years after."""
